-- How a statement can go on, best first, by the engine's own completion.
SELECT
  suggestion,
  suggestion_start
FROM sql_auto_complete(?)
LIMIT 30;
