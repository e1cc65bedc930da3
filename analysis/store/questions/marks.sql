SELECT
  kind,
  id,
  starred,
  note,
  tags,
  author,
  marked_at
FROM marks
ORDER BY marked_at, kind, id;
