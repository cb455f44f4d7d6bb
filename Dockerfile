# The image of every Airflow service in docker-compose.yml. Nothing in it runs as root.
# A digest pins the base: CSC_BASE=python@sha256:… ; `make image` says which one it was.
ARG CSC_BASE=python:3.11-slim
FROM ${CSC_BASE} AS build
ENV UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /opt/csc
COPY docker/image.lock docker/image.lock
RUN uv venv .venv \
    && uv pip sync --no-cache --require-hashes --compile-bytecode \
        --python .venv/bin/python docker/image.lock
COPY pyproject.toml README.md requirements.lock ./
COPY src src
RUN uv pip install --no-cache --offline --no-deps --no-build-isolation \
        --python .venv/bin/python --editable . \
    && .venv/bin/python -m compileall -q src

FROM ${CSC_BASE}
ENV PATH=/opt/csc/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CSC_HOME=/data \
    AIRFLOW_HOME=/tmp/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/csc/dags
WORKDIR /opt/csc
# The PDF pack is set with pango, in a font of the image's own.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/csc /opt/csc
COPY dbt_project dbt_project
COPY expectations expectations
COPY seeds seeds
COPY dags dags
COPY docker/first_administrator.py docker/first_administrator.py
# The compiled project and the blank candidate, which a first month would else make, for a minute.
RUN .venv/bin/python -m csc_warehouse.build.candidate && chmod --recursive a+rX dbt_project/target
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin csc \
    && install --directory --owner csc --mode 0700 /data
USER 10001:10001
CMD ["airflow", "version"]
