metadata description = 'Who may do what with the secrets of one vault.'

@export()
@description('One row of the table of identities.')
type vaultGrant = {
  @description('Who; part of stable names.')
  who: string

  @description('Object id of the identity.')
  principalId: string

  @description('Key of one of the custom roles.')
  role: 'readSecrets' | 'keepSecrets' | 'ownTenantKeys'
}

@description('Name of the vault.')
param vaultName string

@description('The rows for this vault.')
param grants vaultGrant[]

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {
  name: vaultName
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in grants: {
    scope: vault
    name: guid(vault.id, grant.who, grant.role)
    properties: {
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        guid(resourceGroup().id, grant.role)
      )
      principalId: grant.principalId
      principalType: 'ServicePrincipal'
    }
  }
]
