metadata description = 'Names under which stores and vaults are found inside the network.'

@description('The network that knows the names.')
param networkId string

// No function of Bicep gives the first two.
var zoneNames = {
  cosmos: 'privatelink.documents.azure.com'
  vault: 'privatelink.vaultcore.azure.net'
  blob: 'privatelink.blob.${environment().suffixes.storage}'
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in items(zoneNames): {
    name: zone.value
    location: 'global'
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, i) in items(zoneNames): {
    parent: zones[i]
    name: 'network'
    location: 'global'
    properties: {
      registrationEnabled: false
      virtualNetwork: {
        id: networkId
      }
    }
  }
]

@description('Private DNS zone of Cosmos DB.')
output cosmosZoneId string = resourceId('Microsoft.Network/privateDnsZones', zoneNames.cosmos)

@description('Private DNS zone of Key Vault.')
output vaultZoneId string = resourceId('Microsoft.Network/privateDnsZones', zoneNames.vault)

@description('Private DNS zone of Blob Storage.')
output blobZoneId string = resourceId('Microsoft.Network/privateDnsZones', zoneNames.blob)
