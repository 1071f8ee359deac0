using Microsoft.Extensions.Options;

namespace Ingester.Core.Raw;

/// <summary>Validates <see cref="RawOptions"/>.</summary>
[OptionsValidator]
public sealed partial class RawOptionsValidator : IValidateOptions<RawOptions>;
