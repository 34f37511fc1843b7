metadata description = 'Keeps the activity log (who changed what in Azure) longer than the 90 days of the platform: promise 2.13.'

targetScope = 'subscription'

@description('The workspace that keeps it.')
param workspaceId string

@description('Name of the setting; a subscription may have several.')
param name string

resource export 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: name
  properties: {
    workspaceId: workspaceId
    logs: [
      for category in ['Administrative', 'Security', 'Policy', 'Alert']: {
        category: category
        enabled: true
      }
    ]
  }
}
