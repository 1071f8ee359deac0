using Microsoft.Extensions.Options;

namespace Ingester.Core.Segments;

/// <summary>Validates <see cref="SegmentOptions"/>.</summary>
[OptionsValidator]
public sealed partial class SegmentOptionsValidator : IValidateOptions<SegmentOptions>;
