using Microsoft.Extensions.Options;

namespace Ingester.Storage.Stores;

/// <summary>Validates the attributes of <see cref="StoreOptions"/>.</summary>
[OptionsValidator]
public sealed partial class StoreOptionsValidator : IValidateOptions<StoreOptions>;
