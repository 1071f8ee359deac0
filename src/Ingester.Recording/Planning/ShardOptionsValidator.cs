using Microsoft.Extensions.Options;

namespace Ingester.Recording.Planning;

/// <summary>Validates <see cref="ShardOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class ShardOptionsValidator : IValidateOptions<ShardOptions>;
