-- Run once by the container of PostgreSQL: a role for dashboards, which may read what the role ingester creates.
CREATE ROLE reader LOGIN PASSWORD 'reader';
ALTER ROLE reader SET search_path = ingester;
ALTER DEFAULT PRIVILEGES FOR ROLE ingester GRANT USAGE ON SCHEMAS TO reader;
ALTER DEFAULT PRIVILEGES FOR ROLE ingester GRANT SELECT ON TABLES TO reader;
