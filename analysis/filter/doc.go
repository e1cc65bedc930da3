// Package filter is the filter grammar: the one line of text with which every
// command and every screen narrows a list.
//
//	principal=ci-deploy op=iam:Create* !op=kms:Decrypt ip=203.0.113.0/24
//	error=* (write or console) not aws-service req.bucketName=acme* "free text"
//
// [Parse] reads such a line against a [Table], which says what fields a list has, and
// gives an [Expr], which compiles to a parameterised WHERE ([Expr.SQL]) and prints
// itself in canonical form ([Expr.String]). [Complete] finishes what is being typed,
// [Help] describes a table. The package knows the names of views and columns; it does
// not open databases.
//
// The grammar:
//
//	filter    = term { ["and"] term } , joined by "or", which binds weaker
//	term      = ( "!" | "not" ) term | "(" filter ")" | condition | flag | text
//	condition = field op value { "," value }
//	op        = "=" "!=" "<" "<=" ">" ">=", and "~" for "="
//	value     = words with "*" for any run of characters, "quoted", or /regex/
//	text      = value { "," value } : what any of the table's text columns contains
//
// What it promises:
//
//   - Values are compared without regard to case, except ids (access keys, accounts,
//     hashes) and regular expressions, which are as written; (?i) makes one fold case.
//   - "*" alone is "present". Inside quotes a "*" is an asterisk and a comma a comma.
//   - Not means not true: !error=AccessDenied keeps the events that have no error.
//   - A date or a minute is a whole period: = is within it, >= and > begin with it,
//     <= goes to its end and < stops before it. Times without a zone are UTC. -36h and
//     36h are both that long before now.
//   - The canonical text of a filter parses to the same filter.
//   - Values never become SQL text.
//
// Start reading with [Events], then parse.go and compile.go.
package filter
