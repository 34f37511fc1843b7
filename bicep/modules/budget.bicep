metadata description = 'Warns of costs before the month is over. It stops nothing.'

@description('Beginning of every resource name.')
param prefix string

@description('Money per month, in the currency of the subscription.')
param amount int

@description('First day of the first month, as YYYY-MM-01.')
param start string

@description('Who is told by e-mail.')
param emails string[]

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: '${prefix}-monthly'
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: {
      startDate: start
    }
    notifications: {
      mostOfItSpent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: emails
      }
      moreIsForeseen: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: emails
      }
    }
  }
}
