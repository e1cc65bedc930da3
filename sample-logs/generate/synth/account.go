package synth

import "strconv"

// account is one AWS account: the things it owns and those who act in it.
type account struct {
	id     string
	pools  [][]string // in the order of pools()
	actors map[actorKind][]*actor
}

// words are what names are made of.
type words struct{ areas, jobs, people []string }

func vocabulary() words {
	return words{
		areas:  []string{"orders", "billing", "catalog", "search", "mail", "reports", "users", "media", "events", "stock", "quotes", "tax"},
		jobs:   []string{"api", "worker", "webhook", "sync", "export", "indexer", "cron", "gateway"},
		people: []string{"alejandro", "akua", "arnav", "carlos", "diego", "efua", "jane", "jorge", "kwaku", "li", "maria", "martha", "mateo", "nikki", "paulo", "richard", "saanvi", "shirley", "sofia", "wang", "zhang"},
	}
}

// pool is a kind of thing that accounts own. Names follow the examples of the AWS
// documentation; those who look inside find no real company.
type pool struct {
	name string
	size int
	make func(r Random, w words, i int) string
}

func pools() []pool {
	id := func(prefix string) func(Random, words, int) string {
		return func(r Random, _ words, _ int) string { return prefix + "0" + r.Hex(16) }
	}
	job := func(separator string) func(Random, words, int) string {
		return func(_ Random, w words, i int) string {
			return w.areas[i%len(w.areas)] + separator + w.jobs[i/len(w.areas)%len(w.jobs)]
		}
	}
	fixed := func(names ...string) func(Random, words, int) string {
		return func(_ Random, _ words, i int) string { return names[i%len(names)] }
	}
	uuid := func(r Random, _ words, _ int) string { return r.UUID().String() }
	return []pool{
		{"instance", 60, id("i-")},
		{"volume", 120, id("vol-")},
		{"snapshot", 200, id("snap-")},
		{"image", 25, id("ami-")},
		{"securityGroup", 40, id("sg-")},
		{"subnet", 12, id("subnet-")},
		{"vpc", 4, id("vpc-")},
		{"interface", 100, id("eni-")},
		{"routeTable", 10, id("rtb-")},
		{"association", 30, uuid},
		{"bucket", 24, func(_ Random, w words, i int) string {
			if i == 0 {
				return "amzn-s3-demo-bucket"
			}
			return "amzn-s3-demo-bucket-" + w.areas[i%len(w.areas)] + strconv.Itoa(i/len(w.areas)+1)
		}},
		{"function", 60, job("-")},
		{"table", 20, job("-")},
		{"queue", 25, job("-")},
		{"topic", 12, job("-")},
		{"area", 12, func(_ Random, w words, i int) string { return w.areas[i] }},
		{"secret", 20, func(r Random, w words, i int) string {
			return "prod/" + w.areas[i%len(w.areas)] + "/db-" + string(r.letters(nil, base32, 6))
		}},
		{"parameter", 40, job("/")},
		{"kmsKey", 8, uuid},
		{"policy", 30, job("-")},
		{"role", 40, func(_ Random, w words, i int) string { return w.areas[i%len(w.areas)] + "-" + w.jobs[i%len(w.jobs)] }},
		{"person", 15, func(_ Random, w words, i int) string { return w.people[i] }},
		{"cluster", 3, fixed("prod", "batch", "tools")},
		{"service", 30, job("-")},
		{"database", 6, func(_ Random, w words, i int) string { return w.areas[i] + "-db" }},
		{"repository", 15, job("/")},
		{"stack", 20, job("-")},
		{"alarm", 40, job("-high-")},
		{"zone", 5, func(r Random, _ words, _ int) string { return "Z0" + string(r.letters(nil, base32, 12)) + "EXAMPLE" }},
		{"loadBalancer", 8, func(r Random, w words, i int) string { return w.areas[i] + "/" + r.Hex(16) }},
		{"targetGroup", 16, func(r Random, w words, i int) string { return w.areas[i%12] + "/" + r.Hex(16) }},
		{"group", 8, func(_ Random, w words, i int) string { return w.areas[i] + "-asg" }},
		{"detector", 1, func(r Random, _ words, _ int) string { return r.Hex(32) }},
		{"configRule", 20, fixed("s3-bucket-public-read-prohibited", "iam-user-mfa-enabled", "encrypted-volumes", "restricted-ssh", "root-account-mfa-enabled")},
		{"distribution", 4, func(r Random, _ words, _ int) string { return "E" + string(r.letters(nil, base32, 6)) + "EXAMPLE" }},
		{"restAPI", 6, func(r Random, _ words, _ int) string { return r.Hex(10) }},
		{"eventRule", 12, job("-every-")},
		{"launchTemplate", 8, id("lt-")},
	}
}

// newAccount makes the account as it always is for this seed.
func newAccount(seed uint64, id string, w words) *account {
	r := NewRandom(seed, "account "+id)
	a := &account{id: id, actors: map[actorKind][]*actor{}}
	for _, p := range pools() {
		things := make([]string, p.size)
		for i := range things {
			things[i] = p.make(r, w, i)
		}
		a.pools = append(a.pools, things)
	}
	a.hire(r, w)
	return a
}

func (a *account) pool(name string) []string {
	for i, p := range pools() {
		if p.name == name {
			return a.pools[i]
		}
	}
	return nil
}
