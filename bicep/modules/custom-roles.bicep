metadata description = 'Roles that hold exactly what the table of identities says. The built-in ones hold more: backup, restore, purge, signed links.'

@description('Beginning of every role\'s name; role names are unique in a directory.')
param prefix string

var secrets = 'Microsoft.KeyVault/vaults/secrets'
var blobs = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs'

// No role holds `backup` or `restore`: a backup of a secret outlives its purge (promise 2.8).
var roles = {
  readSecrets: {
    title: 'read secrets'
    description: 'Reads the value of a secret whose name it knows.'
    dataActions: ['${secrets}/getSecret/action']
  }
  keepSecrets: {
    title: 'keep secrets'
    description: 'Reads secrets and adds versions.'
    dataActions: ['${secrets}/getSecret/action', '${secrets}/setSecret/action']
  }
  ownTenantKeys: {
    title: 'make and destroy tenant keys'
    description: 'Reads, makes, deletes and purges secrets, and sees which stand and which are deleted.'
    dataActions: [
      '${secrets}/getSecret/action'
      '${secrets}/setSecret/action'
      '${secrets}/delete'
      '${secrets}/purge/action'
      '${secrets}/readMetadata/action'
    ]
  }
  disableSecrets: {
    title: 'disable versions of secrets'
    description: 'Sees the versions of a secret without their values and disables them. For the deployer, when a key is withdrawn.'
    dataActions: ['${secrets}/readMetadata/action', '${secrets}/update/action']
  }
  readBlobs: {
    title: 'read blobs'
    description: 'Reads and lists blobs.'
    dataActions: ['${blobs}/read']
  }
  createBlobs: {
    title: 'create blobs'
    description: 'Reads blobs and creates new ones; changes and removes none.'
    dataActions: ['${blobs}/read', '${blobs}/add/action']
  }
  keepBlobs: {
    title: 'keep blobs'
    description: 'Reads, writes and removes blobs.'
    dataActions: ['${blobs}/read', '${blobs}/add/action', '${blobs}/write', '${blobs}/delete']
  }
  archiveBlobs: {
    title: 'archive blobs'
    description: 'Reads blobs, creates new ones and removes those whose time is over; changes none.'
    dataActions: ['${blobs}/read', '${blobs}/add/action', '${blobs}/delete']
  }
}

// Whoever assigns a role computes its name in the same way.
resource definitions 'Microsoft.Authorization/roleDefinitions@2022-04-01' = [
  for role in items(roles): {
    name: guid(resourceGroup().id, role.key)
    properties: {
      roleName: '${prefix} ${role.value.title}'
      description: role.value.description
      type: 'CustomRole'
      assignableScopes: [resourceGroup().id]
      permissions: [
        {
          actions: []
          notActions: []
          dataActions: role.value.dataActions
          notDataActions: []
        }
      ]
    }
  }
]
