using Microsoft.Extensions.Options;

namespace Ingester.Live;

/// <summary>Validates <see cref="LiveOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class LiveOptionsValidator : IValidateOptions<LiveOptions>;
