metadata description = 'Write once: what the jobs archive can neither be changed nor removed before its time, by nobody.'

@description('Name of the archive\'s account.')
param accountName string

@description('Name of the container.')
param containerName string

@description('Days for which a blob stands, whatever anybody asks for.')
@minValue(184)
param days int

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-08-01' existing = {
  name: '${accountName}/default/${containerName}'
}

resource policy 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-08-01' = {
  parent: container
  name: 'default'
  properties: {
    immutabilityPeriodSinceCreationInDays: days
    allowProtectedAppendWrites: false
    allowProtectedAppendWritesAll: false
  }
}
