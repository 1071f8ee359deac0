using Microsoft.Extensions.Options;

namespace Ingester.Telemetry;

/// <summary>Validates <see cref="TelemetryOptions"/>.</summary>
[OptionsValidator]
public sealed partial class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>;
