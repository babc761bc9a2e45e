#include "recovery/fields.h"

#include "argo/fields_shared.h"

namespace backout::recovery {
namespace {

using namespace argo::fields;
using argo::Field;

constexpr Field local_reference[] = {{"name", string}};

// ---- where backups lie

constexpr Field s3_credentials[] = {
    {"accessKeyId", object(secret_reference)}, {"secretAccessKey", object(secret_reference)},
    {"region", object(secret_reference)},      {"sessionToken", object(secret_reference)},
    {"inheritFromIAMRole", boolean},
};
constexpr Field azure_credentials[] = {
    {"connectionString", object(secret_reference)},
    {"storageAccount", object(secret_reference)},
    {"storageKey", object(secret_reference)},
    {"storageSasToken", object(secret_reference)},
    {"inheritFromAzureAD", boolean},
    {"useDefaultAzureCredentials", boolean},
};
constexpr Field google_credentials[] = {
    {"applicationCredentials", object(secret_reference)},
    {"gkeEnvironment", boolean},
};
constexpr Field wal_backup[] = {
    {"compression", string},
    {"encryption", string},
    {"maxParallel", integer},
    {"archiveAdditionalCommandArgs", list_of(string)},
    {"restoreAdditionalCommandArgs", list_of(string)},
};
constexpr Field data_backup[] = {
    {"compression", string},
    {"encryption", string},
    {"jobs", integer},
    {"immediateCheckpoint", boolean},
    {"additionalCommandArgs", list_of(string)},
    {"restoreAdditionalCommandArgs", list_of(string)},
};
constexpr Field object_store[] = {
    {"destinationPath", string},
    {"endpointURL", string},
    {"endpointCA", object(secret_reference)},
    {"serverName", string},
    {"s3Credentials", object(s3_credentials)},
    {"azureCredentials", object(azure_credentials)},
    {"googleCredentials", object(google_credentials)},
    {"wal", object(wal_backup)},
    {"data", object(data_backup)},
    {"tags", map_of(string)},
    {"historyTags", map_of(string)},
};
constexpr Field backup[] = {
    {"barmanObjectStore", object(object_store)},
    {"volumeSnapshot", anything},
    {"retentionPolicy", string},
    {"target", string},
};
constexpr Field plugin[] = {
    {"name", string},
    {"enabled", boolean},
    {"isWALArchiver", boolean},
    {"parameters", map_of(string)},
};
constexpr Field external_cluster[] = {
    {"name", string},
    {"connectionParameters", map_of(string)},
    {"sslCert", object(secret_reference)},
    {"sslKey", object(secret_reference)},
    {"sslRootCert", object(secret_reference)},
    {"password", object(secret_reference)},
    {"barmanObjectStore", object(object_store)},
    {"plugin", object(plugin)},
};

// ---- how a cluster begins

constexpr Field recovery_target[] = {
    {"backupID", string},         {"targetTLI", string},  {"targetXID", string},
    {"targetName", string},       {"targetLSN", string},  {"targetTime", string},
    {"targetImmediate", boolean}, {"exclusive", boolean},
};
constexpr Field backup_source[] = {{"name", string}, {"endpointCA", object(secret_reference)}};
constexpr Field recovery_bootstrap[] = {
    {"backup", object(backup_source)},
    {"source", string},
    {"volumeSnapshots", anything},
    {"recoveryTarget", object(recovery_target)},
    {"database", string},
    {"owner", string},
    {"secret", object(local_reference)},
};
constexpr Field bootstrap[] = {
    {"initdb", anything},
    {"recovery", object(recovery_bootstrap)},
    {"pg_basebackup", anything},
};

constexpr Field storage[] = {
    {"storageClass", string},  {"size", string},     {"resizeInUseVolumes", boolean},
    {"pvcTemplate", anything}, {"resize", anything},
};
constexpr Field image_catalog[] = {
    {"apiGroup", string}, {"kind", string}, {"name", string}, {"major", integer}};

constexpr Field spec[] = {
    {"description", string},
    {"inheritedMetadata", object(labels_and_annotations)},
    {"imageName", string},
    {"imageCatalogRef", object(image_catalog)},
    {"imagePullPolicy", string},
    {"schedulerName", string},
    {"postgresUID", integer},
    {"postgresGID", integer},
    {"instances", integer},
    {"minSyncReplicas", integer},
    {"maxSyncReplicas", integer},
    {"postgresql", anything},
    {"replicationSlots", anything},
    {"bootstrap", object(bootstrap)},
    {"replica", anything},
    {"superuserSecret", object(local_reference)},
    {"enableSuperuserAccess", boolean},
    {"certificates", anything},
    {"imagePullSecrets", list_of(local_reference)},
    {"storage", object(storage)},
    {"serviceAccountTemplate", anything},
    {"walStorage", object(storage)},
    {"ephemeralVolumeSource", anything},
    {"startDelay", integer},
    {"stopDelay", integer},
    {"smartShutdownTimeout", integer},
    {"switchoverDelay", integer},
    {"failoverDelay", integer},
    {"livenessProbeTimeout", integer},
    {"affinity", anything},
    {"topologySpreadConstraints", anything},
    {"resources", anything},
    {"ephemeralVolumesSizeLimit", anything},
    {"priorityClassName", string},
    {"primaryUpdateStrategy", string},
    {"primaryUpdateMethod", string},
    {"backup", object(backup)},
    {"nodeMaintenanceWindow", anything},
    {"monitoring", anything},
    {"externalClusters", list_of(external_cluster)},
    {"logLevel", string},
    {"projectedVolumeTemplate", anything},
    {"env", anything},
    {"envFrom", anything},
    {"managed", anything},
    {"seccompProfile", anything},
    {"podSecurityContext", anything},
    {"securityContext", anything},
    {"tablespaces", anything},
    {"enablePDB", boolean},
    {"plugins", list_of(plugin)},
    {"probes", anything},
};
constexpr Field cluster[] = {all_of(any_object), {"spec", object(spec)}};

}  // namespace

std::span<const Field> cluster_fields() { return cluster; }

}  // namespace backout::recovery
