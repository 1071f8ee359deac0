using Microsoft.Extensions.Options;

namespace Ingester.Core.Time;

/// <summary>Validates <see cref="ClockOptions"/>.</summary>
[OptionsValidator]
public sealed partial class ClockOptionsValidator : IValidateOptions<ClockOptions>;
