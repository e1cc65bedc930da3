-- What is known of source addresses without asking anybody. It comes from files beside
-- the case, and stands in front of this empty view while trailbench runs.
CREATE VIEW networks AS
SELECT
  CAST(NULL AS VARCHAR) AS source_ip,
  CAST(NULL AS VARCHAR) AS tag,
  CAST(NULL AS VARCHAR) AS service,
  CAST(NULL AS BIGINT) AS asn,
  CAST(NULL AS VARCHAR) AS as_name,
  CAST(NULL AS VARCHAR) AS country,
  CAST(NULL AS VARCHAR) AS city,
  CAST(NULL AS BOOLEAN) AS private
WHERE false;

COMMENT ON VIEW networks IS 'What files on this machine know of source addresses; empty outside of trailbench.';
COMMENT ON COLUMN networks.source_ip IS 'The address, as in events';
COMMENT ON COLUMN networks.tag IS 'The analyst''s own word for it';
COMMENT ON COLUMN networks.service IS 'The AWS service, where the address is one';
COMMENT ON COLUMN networks.asn IS 'Autonomous system';
COMMENT ON COLUMN networks.as_name IS 'Its name';
COMMENT ON COLUMN networks.country IS 'ISO 3166-1 alpha-2';
COMMENT ON COLUMN networks.city IS 'City';
COMMENT ON COLUMN networks.private IS 'An address that no one on the internet has';
