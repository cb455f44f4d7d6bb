# A first look at a delivered release, in R. It reads the files beside it and nothing else:
#     Rscript first_look.R            in the folder start/
# With the package arrow every table can be read; without it, the public figures, which are CSV.

folder <- normalizePath("..")
cat("Release in", folder, "\n")

relationships <- read.csv("relationships.csv", fileEncoding = "UTF-8-BOM")
measures <- read.csv("measures.csv", fileEncoding = "UTF-8-BOM")
cat(nrow(measures), "indicators,", nrow(relationships), "joins\n")

if (requireNamespace("arrow", quietly = TRUE)) {
  figures <- as.data.frame(
    arrow::read_parquet(file.path(folder, "parquet", "indicators", "rpt_indicator.parquet"))
  )
} else {
  public <- list.files(
    file.path(folder, "report", "members"), "^figures\\.csv$", recursive = TRUE, full.names = TRUE
  )
  figures <- do.call(rbind, lapply(public, read.csv, fileEncoding = "UTF-8-BOM"))
}

# Children looked after at each month end.
looked_after <- subset(
  figures,
  indicator_code == "CLA-01" & period_type == "month_end" & breakdown == "all"
)
looked_after <- looked_after[order(looked_after$la_code, looked_after$period_end_date), ]
print(tail(looked_after[, c("la_code", "period_end_date", "value")], 13), row.names = FALSE)
