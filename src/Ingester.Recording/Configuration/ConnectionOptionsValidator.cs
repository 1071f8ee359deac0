using Microsoft.Extensions.Options;

namespace Ingester.Recording.Configuration;

/// <summary>Checks <see cref="ConnectionOptions"/> against the limits in its attributes.</summary>
[OptionsValidator]
internal sealed partial class ConnectionOptionsValidator : IValidateOptions<ConnectionOptions>;
