using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Ingester.Hosting;

/// <summary>Where the recorder says how it is (<c>Ingester:Status</c>).</summary>
internal sealed class StatusOptions : IValidatableObject
{
    /// <summary>The address that <c>/health</c>, <c>/ready</c> and <c>/status</c> are served on; empty for none. Default: http://127.0.0.1:8080.</summary>
    public string Listen { get; set; } = "http://127.0.0.1:8080";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Listen.Length > 0 && !(Uri.TryCreate(Listen, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp))
            yield return new($"Listen: \"{Listen}\" is not an address that begins with http://.");
    }
}

/// <summary>Holds <see cref="StatusOptions"/> to their limits.</summary>
[OptionsValidator]
internal sealed partial class StatusOptionsValidator : IValidateOptions<StatusOptions>;
