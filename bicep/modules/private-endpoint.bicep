metadata description = 'A private address of one store, and its name in the private DNS zone.'

@description('Azure region of the endpoint.')
param location string

@description('Name of the endpoint.')
param name string

@description('Subnet that holds the endpoint.')
param subnetId string

@description('Private DNS zone that names the endpoint.')
param zoneId string

@description('The store.')
param targetId string

@description('Which of the store\'s services: Sql, vault or blob.')
@allowed(['Sql', 'vault', 'blob'])
param service string

resource endpoint 'Microsoft.Network/privateEndpoints@2025-01-01' = {
  name: name
  location: location
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: name
        properties: {
          privateLinkServiceId: targetId
          groupIds: [service]
        }
      }
    ]
  }

  resource zoneGroup 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: 'zone'
          properties: {
            privateDnsZoneId: zoneId
          }
        }
      ]
    }
  }
}
