#!/bin/bash
# Starts RabbitMQ with an operator who may declare, and a user for each service who writes its
# own exchange and reads its own queues (`plenary messages permissions` prints the same).
set -euo pipefail
definitions=/tmp/definitions.json
cat > "$definitions" <<JSON
{
  "vhosts": [{"name": "/"}],
  "users": [
    {"name": "operator", "password": "$RABBITMQ_OPERATOR_PASSWORD", "tags": ["administrator"]},
    {"name": "members", "password": "$MEMBERS_PASSWORD", "tags": []},
    {"name": "events", "password": "$EVENTS_PASSWORD", "tags": []},
    {"name": "notifications", "password": "$NOTIFICATIONS_PASSWORD", "tags": []}
  ],
  "permissions": [
    {"user": "operator", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"},
    {"user": "members", "vhost": "/", "configure": "^$", "write": "^members$",
     "read": "^members\\\\..*"},
    {"user": "events", "vhost": "/", "configure": "^$", "write": "^events$",
     "read": "^events\\\\..*"},
    {"user": "notifications", "vhost": "/", "configure": "^$", "write": "^notifications$",
     "read": "^notifications\\\\..*"}
  ]
}
JSON
echo "definitions.import_backend = local_filesystem
definitions.local.path = $definitions" > /etc/rabbitmq/conf.d/20-plenary.conf
exec docker-entrypoint.sh rabbitmq-server
