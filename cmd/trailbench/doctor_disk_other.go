//go:build !linux && !darwin

package main

import "errors"

// freeBytes is not known on this system.
func freeBytes(string) (uint64, error) {
	return 0, errors.New("how much room there is cannot be told on this system")
}
