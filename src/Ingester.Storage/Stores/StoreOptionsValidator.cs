using Microsoft.Extensions.Options;

namespace Ingester.Storage.Stores;

/// <summary>Holds the limits that stand as attributes on <see cref="StoreOptions"/>.</summary>
[OptionsValidator]
public sealed partial class StoreOptionsValidator : IValidateOptions<StoreOptions>;
