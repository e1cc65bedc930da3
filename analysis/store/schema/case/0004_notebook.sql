-- The notebook: what the analyst marks and writes. Everything here is new beside the
-- steps before it and names nothing of them, so that a case file without it, which may
-- only be read, is shown with an empty one.

-- Every change of a mark, kept; the last one counts.
CREATE TABLE marked (
  change    BIGINT NOT NULL,          -- numbered from 1
  kind      VARCHAR NOT NULL,
  id        VARCHAR NOT NULL,
  starred   BOOLEAN NOT NULL,
  note      VARCHAR,
  tags      VARCHAR[] NOT NULL,
  author    VARCHAR NOT NULL,
  marked_at TIMESTAMP NOT NULL
);

-- Every version of an entry of the story, kept; the last one counts. One without a note
-- takes the entry away.
CREATE TABLE written (
  change     BIGINT NOT NULL,         -- numbered from 1
  entry_id   VARCHAR NOT NULL,
  event_time TIMESTAMP,
  kind       VARCHAR,                 -- what it is about, as in marked; NULL for nothing
  id         VARCHAR,
  who        VARCHAR,
  what       VARCHAR,
  place      VARCHAR,
  note       VARCHAR,
  tags       VARCHAR[] NOT NULL,
  author     VARCHAR NOT NULL,
  written_at TIMESTAMP NOT NULL
);

-- Texts that are written over: views (view NAME, a list as JSON), the summary, and the
-- session of the terminal screens.
CREATE TABLE kept (
  name       VARCHAR NOT NULL,
  text       VARCHAR NOT NULL,
  author     VARCHAR NOT NULL,
  written_at TIMESTAMP NOT NULL
);

CREATE VIEW mark_changes AS
SELECT
  kind,
  id,
  starred,
  note,
  tags,
  author,
  marked_at
FROM marked;

CREATE VIEW marks AS
SELECT
  kind,
  id,
  starred,
  note,
  tags,
  author,
  marked_at
FROM (
  SELECT
    kind,
    id,
    starred,
    note,
    tags,
    author,
    marked_at
  FROM marked
  QUALIFY row_number() OVER (PARTITION BY kind, id ORDER BY change DESC) = 1
)
WHERE starred OR note IS NOT NULL OR len(tags) > 0;

CREATE VIEW story_entries AS
SELECT
  entry_id,
  event_time,
  kind,
  id,
  who,
  what,
  place,
  note,
  tags,
  author,
  written_at
FROM (
  SELECT
    entry_id,
    event_time,
    kind,
    id,
    who,
    what,
    place,
    note,
    tags,
    author,
    written_at
  FROM written
  QUALIFY row_number() OVER (PARTITION BY entry_id ORDER BY change DESC) = 1
)
WHERE note IS NOT NULL;

CREATE VIEW saved_views AS
SELECT
  substr(name, 6) AS name,
  text AS list,
  author,
  written_at AS saved_at
FROM kept
WHERE starts_with(name, 'view ');

CREATE VIEW case_texts AS
SELECT
  name,
  text,
  author,
  written_at
FROM kept
WHERE NOT starts_with(name, 'view ');

COMMENT ON VIEW mark_changes IS 'Every change of a mark; the last one counts and is in marks.';
COMMENT ON COLUMN mark_changes.kind IS 'event, finding, principal, key, ip, resource or account';
COMMENT ON COLUMN mark_changes.id IS 'Event id, finding id, ARN, key, address, account, or type and id of a resource';
COMMENT ON COLUMN mark_changes.starred IS 'It belongs to the story';
COMMENT ON COLUMN mark_changes.note IS 'In the analyst''s words';
COMMENT ON COLUMN mark_changes.tags IS 'Its tags';
COMMENT ON COLUMN mark_changes.author IS 'Who marked it';
COMMENT ON COLUMN mark_changes.marked_at IS 'When, UTC';

COMMENT ON VIEW marks IS 'What the analyst starred, noted or tagged.';
COMMENT ON COLUMN marks.kind IS 'event, finding, principal, key, ip, resource or account';
COMMENT ON COLUMN marks.id IS 'Event id, finding id, ARN, key, address, account, or type and id of a resource';
COMMENT ON COLUMN marks.starred IS 'It belongs to the story';
COMMENT ON COLUMN marks.note IS 'In the analyst''s words';
COMMENT ON COLUMN marks.tags IS 'Its tags';
COMMENT ON COLUMN marks.author IS 'Who marked it last';
COMMENT ON COLUMN marks.marked_at IS 'When, UTC';

COMMENT ON VIEW story_entries IS 'What the analyst wrote into the story beside the marked events and findings.';
COMMENT ON COLUMN story_entries.entry_id IS 'Its id';
COMMENT ON COLUMN story_entries.event_time IS 'When what it tells happened, UTC';
COMMENT ON COLUMN story_entries.kind IS 'What it is about, as in marks; NULL for nothing';
COMMENT ON COLUMN story_entries.id IS 'Which one';
COMMENT ON COLUMN story_entries.who IS 'Who did it';
COMMENT ON COLUMN story_entries.what IS 'What was done';
COMMENT ON COLUMN story_entries.place IS 'From where, or to what';
COMMENT ON COLUMN story_entries.note IS 'In the analyst''s words';
COMMENT ON COLUMN story_entries.tags IS 'Its tags';
COMMENT ON COLUMN story_entries.author IS 'Who wrote it last';
COMMENT ON COLUMN story_entries.written_at IS 'When, UTC';

COMMENT ON VIEW saved_views IS 'Lists that the analyst gave a name.';
COMMENT ON COLUMN saved_views.name IS 'The name';
COMMENT ON COLUMN saved_views.list IS 'The list, JSON';
COMMENT ON COLUMN saved_views.author IS 'Who saved it';
COMMENT ON COLUMN saved_views.saved_at IS 'When, UTC';

COMMENT ON VIEW case_texts IS 'The summary at the head of the report, and where the terminal screens were left.';
COMMENT ON COLUMN case_texts.name IS 'summary or session';
COMMENT ON COLUMN case_texts.text IS 'The text; of a session, JSON';
COMMENT ON COLUMN case_texts.author IS 'Who wrote it';
COMMENT ON COLUMN case_texts.written_at IS 'When, UTC';
