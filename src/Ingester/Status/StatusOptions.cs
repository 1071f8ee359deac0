using System.ComponentModel.DataAnnotations;

namespace Ingester.Status;

/// <summary>The status page of the recorder (<c>Ingester:Status</c>).</summary>
internal sealed class StatusOptions : IValidatableObject
{
    /// <summary>The address of <c>/health</c>, <c>/ready</c> and <c>/status</c>; empty to disable the page. Default: http://127.0.0.1:8080.</summary>
    public string Listen { get; set; } = "http://127.0.0.1:8080";

    /// <summary>
    /// The accepted host names (header <c>Host</c>, without the port); <c>*</c> for any. Default (when empty): <c>localhost</c>, the name of this
    /// machine or container, the host of <see cref="Listen"/>, and every IP address. Prevents DNS rebinding by other sites.
    /// </summary>
    public IList<string> AllowedHosts { get; set; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Listen.Length > 0 && !(Uri.TryCreate(Listen, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp))
            yield return new($"Listen: \"{Listen}\" is not an address that begins with http://.");
        for (var i = 0; i < AllowedHosts.Count; i++)
            if (AllowedHosts[i] != "*" && Uri.CheckHostName(AllowedHosts[i]) == UriHostNameType.Unknown)
                yield return new($"AllowedHosts:{i}: \"{AllowedHosts[i]}\" is not the name of a host; give names without scheme and port, or \"*\" for any.");
    }
}
