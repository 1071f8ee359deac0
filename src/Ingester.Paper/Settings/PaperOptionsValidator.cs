using Microsoft.Extensions.Options;

namespace Ingester.Paper.Settings;

/// <summary>Validates <see cref="PaperOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class PaperOptionsValidator : IValidateOptions<PaperOptions>;
