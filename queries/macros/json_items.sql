-- What a JSON value holds as a list: the elements of an array, nothing of null, and else
-- the value itself, as AWS writes a list of one.
CREATE TEMP MACRO json_items(value) AS
  CASE json_type(value)
    WHEN 'ARRAY' THEN from_json(CAST(value AS JSON), '["JSON"]')
    WHEN 'NULL' THEN CAST([] AS JSON[])
    ELSE CASE WHEN value IS NULL THEN CAST([] AS JSON[]) ELSE [CAST(value AS JSON)] END
  END
