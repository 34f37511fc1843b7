metadata description = 'A vault of secrets that only private addresses reach, unless networks are named.'

@description('Azure region of the vault.')
param location string

@description('Name of the vault.')
@maxLength(24)
param name string

@description('Whether a deleted secret can be destroyed before its seven days are over.')
param purgeAtOnce bool

@description('Addresses or CIDR ranges from which people may reach the vault. Empty: private endpoint only.')
param openTo string[]

@description('Where the vault\'s audit logs go.')
param workspaceId string

@description('Subnet of the private endpoints.')
param endpointsSubnetId string

@description('Private DNS zone of Key Vault.')
param zoneId string

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: name
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    // Soft delete cannot be switched off; seven days is the least.
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    // Exception to common rules, promise 2.8: no purge protection where a tenant's key must vanish at the contract's end.
    // It is left out, because the platform refuses the value false. That a key is destroyed only when it may be is the
    // work of the guard in the jobs; that nobody else can is the work of the roles and of the alert on purges.
    enablePurgeProtection: purgeAtOnce ? null : true
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: empty(openTo) ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: 'Deny'
      ipRules: [for range in openTo: { value: range }]
      virtualNetworkRules: []
    }
  }
}

// This version writes to a table per category, which the queries of alerts name.
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: [
      {
        category: 'AuditEvent'
        enabled: true
      }
    ]
  }
}

module endpoint 'private-endpoint.bicep' = {
  name: '${name}-endpoint'
  params: {
    location: location
    name: '${name}-endpoint'
    subnetId: endpointsSubnetId
    zoneId: zoneId
    targetId: vault.id
    service: 'vault'
  }
}

@description('Where clients reach the vault.')
output uri string = vault.properties.vaultUri
