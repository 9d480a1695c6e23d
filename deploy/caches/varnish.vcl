# Varnish 6.0 or newer in front of Rendition. What may be kept it reads from Cache-Control; this file adds the purge.
#   PURGE_URL=http://127.0.0.1:6081/.purge
#   PURGE_HEADERS=X-Purge-Token: change-me
vcl 4.1;

backend default {
    .host = "127.0.0.1";
    .port = "8080";
}

# Who may purge. Behind a TLS proxy on the same machine everybody comes from here: the token counts as well.
acl purgers {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (req.url == "/.purge") {
        if (req.method != "POST" || client.ip !~ purgers || req.http.X-Purge-Token != "change-me") {
            return (synth(403, "Forbidden"));
        }
        if (req.http.Surrogate-Key !~ "^[0-9a-z-]+( [0-9a-z-]+)*$") {
            return (synth(400, "No tags"));
        }
        # On obj alone, so that the ban lurker can do it in the background.
        ban("obj.http.Cache-Tag ~ (^|,)(" + regsuball(req.http.Surrogate-Key, " ", "|") + ")(,|$)");
        return (synth(200, "Purged"));
    }
    # What a client says of itself ends here; X-Forwarded-For Varnish writes itself, after what it got. Behind a TLS proxy, which
    # says these, leave the four lines out.
    unset req.http.Forwarded;
    set req.http.X-Forwarded-For = client.ip;
    set req.http.X-Forwarded-Host = req.http.Host;
    set req.http.X-Forwarded-Proto = "http";
    # WebSockets: bytes both ways, which no cache reads.
    if (req.http.Upgrade ~ "(?i)websocket") {
        return (pipe);
    }
    # Varnish knows Authorization by itself. A picture asked for with a key is the caller's.
    if (req.http.X-API-Key) {
        return (pass);
    }
    # Three answers to format=auto, instead of one for every browser's spelling of Accept.
    if (req.url ~ "[?&]format=auto(&|$)") {
        if (req.http.Accept ~ "image/avif" && req.http.Accept !~ "image/avif\s*;\s*q=0(\.0*)?\s*(,|$)") {
            set req.http.Accept = "image/avif,image/webp";
        } elsif (req.http.Accept ~ "image/webp" && req.http.Accept !~ "image/webp\s*;\s*q=0(\.0*)?\s*(,|$)") {
            set req.http.Accept = "image/webp";
        } else {
            unset req.http.Accept;
        }
    }
}

sub vcl_pipe {
    if (req.http.Upgrade) {
        set bereq.http.Upgrade = req.http.Upgrade;
        set bereq.http.Connection = req.http.Connection;
    }
}

sub vcl_deliver {
    unset resp.http.Cache-Tag;
}
