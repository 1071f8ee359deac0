using Microsoft.Extensions.Options;

namespace Ingester.Status;

/// <summary>Validates <see cref="StatusOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class StatusOptionsValidator : IValidateOptions<StatusOptions>;
