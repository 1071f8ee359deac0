using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Ingester.WebSockets.Tls;

/// <summary>Accepts a certificate only when the operating system found nothing wrong with it, and otherwise says what to look at.</summary>
internal sealed class CertificateCheck(string host)
{
    /// <summary>Why it was refused; null when it was accepted, or when none was checked yet.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Decides, as <see cref="RemoteCertificateValidationCallback"/>.</summary>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        var reasons = new List<string>();
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            reasons.Add("none was shown");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            reasons.Add("it was issued for another host name");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            reasons.Add($"this machine does not trust it ({string.Join(", ", chain?.ChainStatus.Select(status => status.Status) ?? [])})");
        Refusal = $"The certificate of {host} is not accepted: {string.Join(", and ", reasons)}. Its subject is {certificate?.Subject ?? "unknown"}.";
        return false;
    }
}
