-- One row per model and test: its seconds and rows in all groups so far.
update analyst.ops.model_run as model_run
set
    seconds = model_run.seconds + gathered_run.seconds,
    row_count = model_run.row_count + gathered_run.row_count
from gathered.ops.model_run as gathered_run
where model_run.model_name = gathered_run.model_name
