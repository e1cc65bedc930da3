package resource

import (
	"context"

	"github.com/trailbench/trailbench/analysis"
)

// operation is a method of one of the SDK's clients.
type operation[I, O, R any] = func(ctx context.Context, in *I, options ...func(*O)) (*R, error)

// answer is what a call answers as the result of a part; of takes the part out of it,
// and nil means that there is none.
func answer[I, O, R any](ctx context.Context, call operation[I, O, R], in *I, of func(*R) any) func() (any, error) {
	return func() (any, error) {
		out, err := call(ctx, in)
		if err != nil {
			return nil, err
		}
		value := of(out)
		if value == nil {
			return nil, errGone
		}
		return value, nil
	}
}

// one is the only entry of what a call answers as the result of a part.
func one[I, O, R, T any](ctx context.Context, call operation[I, O, R], in *I, entries func(*R) []T) func() (any, error) {
	return func() (any, error) {
		out, err := call(ctx, in)
		if err != nil {
			return nil, err
		}
		return only(entries(out), nil)
	}
}

// bounded is a list that comes in one answer: never nil, at most [most] entries.
func bounded[T any](all []T) []T {
	return append([]T{}, all[:min(len(all), most)]...)
}

// resourcesIn is the entries of a list as what a [Type]'s List finds.
func resourcesIn[O, P, T any](ctx context.Context, pages pager[O, P], entries func(*P) []T, as func(T) analysis.Resource) ([]analysis.Resource, error) {
	found, err := collect(ctx, pages, entries)
	if err != nil {
		return nil, err
	}
	return resourcesOf(found, as), nil
}

func resourcesOf[T any](found []T, as func(T) analysis.Resource) []analysis.Resource {
	all := make([]analysis.Resource, len(found))
	for i, f := range found {
		all[i] = as(f)
	}
	return all
}
