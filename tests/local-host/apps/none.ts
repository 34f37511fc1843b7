import '@azure/functions';
