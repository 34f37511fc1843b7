metadata description = 'The network that only the two function apps and the stores share. Nothing enters it from outside.'

@description('Azure region of the network.')
param location string

@description('Beginning of every resource name.')
param prefix string

// Sizes: Flex Consumption needs /27 at least; the api may scale out, the jobs do not.
var space = '10.20.0.0/16'
var apiPrefix = '10.20.0.0/24'
var jobsPrefix = '10.20.1.0/27'
var endpointsPrefix = '10.20.2.0/26'

// Every rule that allows something names port 443 (promise 2.9); the last one of each direction refuses the rest.
var outboundOfApps = [
  {
    name: 'allow-private-endpoints'
    properties: {
      description: 'Stores and vaults: the embedded addresses of the endpoints subnet, nothing else in the network.'
      direction: 'Outbound'
      access: 'Allow'
      priority: 100
      protocol: 'Tcp'
      sourceAddressPrefix: '*'
      sourcePortRange: '*'
      destinationAddressPrefix: endpointsPrefix
      destinationPortRange: '443'
    }
  }
  {
    name: 'allow-telemetry'
    properties: {
      description: 'Application Insights takes telemetry at public addresses, signed with the app\'s identity.'
      direction: 'Outbound'
      access: 'Allow'
      priority: 110
      protocol: 'Tcp'
      sourceAddressPrefix: '*'
      sourcePortRange: '*'
      destinationAddressPrefix: 'AzureMonitor'
      destinationPortRange: '443'
    }
  }
  {
    name: 'allow-sign-in-of-identities'
    properties: {
      description: 'Tokens of the managed identities.'
      direction: 'Outbound'
      access: 'Allow'
      priority: 120
      protocol: 'Tcp'
      sourceAddressPrefix: '*'
      sourcePortRange: '*'
      destinationAddressPrefix: 'AzureActiveDirectory'
      destinationPortRange: '443'
    }
  }
  {
    name: 'refuse-everything-else-out'
    properties: {
      description: 'Customer content cannot leave by any other way.'
      direction: 'Outbound'
      access: 'Deny'
      priority: 4096
      protocol: '*'
      sourceAddressPrefix: '*'
      sourcePortRange: '*'
      destinationAddressPrefix: '*'
      destinationPortRange: '*'
    }
  }
]

var refuseIn = [
  {
    name: 'refuse-everything-else-in'
    properties: {
      description: 'Requests of browsers reach the api through the platform\'s front end, never through this network.'
      direction: 'Inbound'
      access: 'Deny'
      priority: 4096
      protocol: '*'
      sourceAddressPrefix: '*'
      sourcePortRange: '*'
      destinationAddressPrefix: '*'
      destinationPortRange: '*'
    }
  }
]

resource appsGroup 'Microsoft.Network/networkSecurityGroups@2025-01-01' = {
  name: '${prefix}-nsg-apps'
  location: location
  properties: {
    securityRules: concat(outboundOfApps, refuseIn)
  }
}

resource endpointsGroup 'Microsoft.Network/networkSecurityGroups@2025-01-01' = {
  name: '${prefix}-nsg-endpoints'
  location: location
  properties: {
    securityRules: concat(
      [
        {
          name: 'allow-apps'
          properties: {
            description: 'The two function apps; who may do what there is decided by their identities.'
            direction: 'Inbound'
            access: 'Allow'
            priority: 100
            protocol: 'Tcp'
            sourceAddressPrefixes: [apiPrefix, jobsPrefix]
            sourcePortRange: '*'
            destinationAddressPrefix: endpointsPrefix
            destinationPortRange: '443'
          }
        }
      ],
      refuseIn
    )
  }
}

resource network 'Microsoft.Network/virtualNetworks@2025-01-01' = {
  name: '${prefix}-vnet'
  location: location
  properties: {
    addressSpace: {
      addressPrefixes: [space]
    }
    // Telemetry goes to public addresses, so the apps' subnets need a way out; the rules above say where to.
    // Subnets stand inside the network: as resources of their own, each deployment would first remove them.
    subnets: [
      {
        name: 'api'
        properties: {
          addressPrefix: apiPrefix
          defaultOutboundAccess: true
          networkSecurityGroup: {
            id: appsGroup.id
          }
          delegations: [
            {
              name: 'flex'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'jobs'
        properties: {
          addressPrefix: jobsPrefix
          defaultOutboundAccess: true
          networkSecurityGroup: {
            id: appsGroup.id
          }
          delegations: [
            {
              name: 'flex'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: endpointsPrefix
          defaultOutboundAccess: false
          // Without this the rules of the group do not count for private endpoints.
          privateEndpointNetworkPolicies: 'NetworkSecurityGroupEnabled'
          networkSecurityGroup: {
            id: endpointsGroup.id
          }
        }
      }
    ]
  }

  resource api 'subnets' existing = {
    name: 'api'
  }

  resource jobs 'subnets' existing = {
    name: 'jobs'
  }

  resource endpoints 'subnets' existing = {
    name: 'endpoints'
  }
}

@description('The network.')
output id string = network.id

@description('Subnet of the api\'s function app.')
output apiSubnetId string = network::api.id

@description('Subnet of the jobs\' function app.')
output jobsSubnetId string = network::jobs.id

@description('Subnet of the private endpoints.')
output endpointsSubnetId string = network::endpoints.id
