-- The views that queries read, with what they say about themselves.
SELECT
  v.view_name AS relation,
  v.comment AS relation_comment,
  c.column_name,
  c.data_type,
  c.comment
FROM duckdb_views() AS v
JOIN duckdb_columns() AS c
  ON c.database_name = v.database_name AND c.schema_name = v.schema_name AND c.table_name = v.view_name
WHERE v.database_name IN ('ev', 'notes') AND NOT v.internal AND v.view_name NOT IN ('whole_identities', 'scope', 'subject')
ORDER BY
  list_position(['events', 'sessions', 'event_resources', 'resources', 'findings', 'activity', 'objects', 'coverage'], v.view_name) NULLS LAST,
  v.view_name,
  c.column_index;
