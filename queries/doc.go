// Package queries holds the bundled queries, reads them and those of a user's own
// folder, and checks their headers. It runs none of them: package detect does, and
// package proof runs their tests.
//
// A detection is one .sql file with a YAML header in line comments; its tests stand
// beside it in a .txtar file of the same name. README.md explains both.
package queries
