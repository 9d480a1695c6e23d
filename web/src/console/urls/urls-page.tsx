import { useState } from 'react'
import { useLocation, useRoute } from 'wouter'
import { t } from '../../languages/translate.ts'
import { PageFrame } from '../../ui/page-frame.tsx'
import { PicturePicker } from './picture-picker.tsx'
import { UrlWorkbench } from './url-workbench.tsx'

/** Makes the URL of a picture: every parameter with a control, and what comes of it. */
export default function UrlsPage() {
  const [, params] = useRoute('/console/urls/:id')
  const [, navigate] = useLocation()
  const [parameters, setParameters] = useState<Readonly<Record<string, string>>>({
    width: '640',
    format: 'auto',
  })
  const id = params?.id
  return (
    <PageFrame
      wide
      title={t('URL builder')}
      about={t(
        'Turn what you like and take the URL with you. A picture is made when somebody first asks for it.',
      )}
    >
      {id === undefined ? (
        <PicturePicker onPick={(picked) => navigate(`/console/urls/${picked}`)} />
      ) : (
        <UrlWorkbench
          key={id}
          imageId={id}
          parameters={parameters}
          onChange={setParameters}
          onOther={() => navigate('/console/urls')}
        />
      )}
    </PageFrame>
  )
}
