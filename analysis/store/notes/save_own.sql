INSERT INTO notes.own_credentials
SELECT $1, $2, $3, $4
WHERE NOT EXISTS (
  SELECT 1
  FROM notes.own_credentials
  WHERE access_key_id = $1 AND user_agent = $3
);
