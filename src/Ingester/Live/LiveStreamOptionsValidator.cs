using Microsoft.Extensions.Options;

namespace Ingester.Live;

/// <summary>Validates <see cref="LiveStreamOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class LiveStreamOptionsValidator : IValidateOptions<LiveStreamOptions>;
