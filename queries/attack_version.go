package queries

// AttackVersion is the version of ATT&CK that attack/techniques.csv follows:
// https://attack.mitre.org/resources/versions/
const AttackVersion = "19"
