using Microsoft.Extensions.Options;

namespace Ingester.Storage.Uploads;

/// <summary>Validates the attributes of <see cref="StorageOptions"/>.</summary>
[OptionsValidator]
public sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;
