using Microsoft.Extensions.Options;

namespace Ingester.Storage.Writing;

/// <summary>Holds the limits that stand as attributes on <see cref="StorageOptions"/>.</summary>
[OptionsValidator]
public sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;
