using Microsoft.Extensions.Options;

namespace Ingester.Publishing.DataExchange;

/// <summary>Validates <see cref="DataExchangeOptions"/>.</summary>
[OptionsValidator]
public sealed partial class DataExchangeOptionsValidator : IValidateOptions<DataExchangeOptions>;
