using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Ingester.WebSockets.Tls;

/// <summary>Accepts a certificate only when .NET reports no policy error, and otherwise explains the refusal.</summary>
internal sealed class CertificateCheck(string host)
{
    /// <summary>Why the certificate was refused; null when it was accepted or none was checked yet.</summary>
    public string? Refusal { get; private set; }

    /// <summary>The <see cref="RemoteCertificateValidationCallback"/>.</summary>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        var reasons = new List<string>();
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            reasons.Add("the server sent none");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            reasons.Add("it was issued for another host name");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            reasons.Add($"this machine does not trust it ({string.Join(", ", chain?.ChainStatus.Select(status => status.Status) ?? [])})");
        Refusal = $"The certificate of {host} is not accepted: {string.Join(", and ", reasons)}. Its subject is {certificate?.Subject ?? "unknown"}.";
        return false;
    }
}
