-- The name of a secret, which records name by its name or by its ARN: that ends in a
-- hyphen and six characters of its own.
CREATE TEMP MACRO secret_name(id) AS
  CASE WHEN id LIKE 'arn:%:secret:%' THEN regexp_replace(regexp_extract(id, ':secret:(.+)$', 1), '-[A-Za-z0-9]{6}$', '') ELSE id END
