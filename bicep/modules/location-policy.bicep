metadata description = 'Promise 2.6: nothing in this resource group can be created outside Japan, by whatever tool.'

// The built-in policy "Allowed locations".
var allowedLocations = tenantResourceId(
  'Microsoft.Authorization/policyDefinitions',
  'e56962a6-4747-49cd-b67b-bf8b01975c4c'
)

resource japanOnly 'Microsoft.Authorization/policyAssignments@2025-01-01' = {
  name: 'japan-only'
  properties: {
    displayName: 'LeySerKids: data and backups stay in Japan'
    description: 'Resources are created in Japan East or Japan West only.'
    policyDefinitionId: allowedLocations
    enforcementMode: 'Default'
    parameters: {
      listOfAllowedLocations: {
        value: ['japaneast', 'japanwest']
      }
    }
    nonComplianceMessages: [
      {
        message: 'LeySerKids promises that data stays in Japan: choose japaneast or japanwest.'
      }
    ]
  }
}
