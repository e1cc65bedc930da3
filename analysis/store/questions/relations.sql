-- Every table and view that can be read by name, those of DuckDB itself included.
SELECT
  database_name,
  schema_name,
  table_name
FROM duckdb_tables()
UNION ALL
SELECT
  database_name,
  schema_name,
  view_name
FROM duckdb_views();
