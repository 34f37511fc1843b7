using 'main.bicep'

// Example values that fail safely: nobody works from these networks (RFC 5737), and no such group exists. Put your own
// here before the first deployment, and write the snapshot anew.
param operatorNetworks = ['203.0.113.0/28', '198.51.100.7']
param operatorsGroupId = '11111111-1111-4111-8111-111111111111'
param alertEmails = ['alerts@leyserkids.example']
param monthlyBudget = 150000
param budgetStart = '2026-12-01'
