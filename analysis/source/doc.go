// Package source finds log objects on this machine: files, directories, archives and
// standard input. [Walk] offers each as an [analysis.Item].
//
// What something is shows its content, not its name. Archives (.zip, .tar, .tar.gz)
// are looked into, also one inside another; their members are read where they lie or
// spooled, never unpacked under their own names. Nothing that cannot be read ends the
// walk: it becomes an item whose Open says why.
//
// It does not decode (package cloudtrail does). The bucket is package s3 below this.
package source
