using System.Security.Cryptography;
using System.Text;
using Ingester.Publishing.Signing;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Publishing.Certificates;

/// <summary>Keys and signatures.</summary>
public sealed class KeyTests : IDisposable
{
    private readonly TemporaryDirectory folder = new();

    [Fact]
    public void Bytes_to_sign_are_those_of_the_specification() =>
        Assert.Equal("DSSEv1 29 http://example.com/HelloWorld 11 hello world", Encoding.UTF8.GetString(Envelope.EncodeForSigning("http://example.com/HelloWorld", "hello world"u8)));

    [Fact]
    public async Task Signature_of_a_key_file_is_that_of_its_public_key()
    {
        var (path, pair) = (Path.Combine(folder.Path, "key.pem"), KeyPair.Create());
        pair.Write(path, path + ".pub");
        using var signer = KeyFileSigner.Open(path);
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(path + ".pub"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo())), signer.KeyId);
        var message = "text"u8.ToArray();
        Assert.True(key.VerifyData(message, await signer.SignAsync(message, CancellationToken.None), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Contains("exists", Assert.Throws<CertificateException>(() => pair.Write(path, path + ".pub")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no pem", "holds no usable private key")]
    [InlineData("public", "holds no usable private key")]
    [InlineData("rsa", "holds no usable private key")]
    [InlineData("p384", "is not on the curve P-256")]
    public void Other_keys_are_refused(string kind, string words)
    {
        var path = Path.Combine(folder.Path, kind);
        File.WriteAllText(path, Pem(kind));
        Assert.Contains(words, Assert.Throws<CertificateException>(() => KeyFileSigner.Open(path)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<CertificateException>(() => KeyFileSigner.Open(path + "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_may_hold_several_public_keys_and_no_other()
    {
        using var trusted = new TrustedKeys();
        var (one, other) = (KeyPair.Create(), KeyPair.Create());
        trusted.Add($"comment\n{one.PublicPem}{other.PublicPem}{one.PublicPem}", "keys");
        Assert.Equal(new[] { one.KeyId, other.KeyId }.Order(), trusted.Ids.Order());
        Assert.Contains("holds no public key", Assert.Throws<CertificateException>(() => trusted.Add(one.PrivatePem, "keys")).Message, StringComparison.Ordinal);
        Assert.Contains("holds a public key that is not an EC key", Assert.Throws<CertificateException>(() => trusted.Add(RsaPublicKey(), "keys")).Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static string Pem(string kind)
    {
        using var rsa = RSA.Create(2048);
        using var larger = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        return kind switch
        {
            "public" => KeyPair.Create().PublicPem,
            "rsa" => rsa.ExportPkcs8PrivateKeyPem(),
            "p384" => larger.ExportPkcs8PrivateKeyPem(),
            _ => kind,
        };
    }

    private static string RsaPublicKey()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportSubjectPublicKeyInfoPem();
    }
}
